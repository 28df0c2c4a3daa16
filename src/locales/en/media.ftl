# Files and pictures

error-file-missing = Choose a file.
error-file-empty = This file is empty. Choose another file.
error-file-too-large = This file is too large. Choose a smaller file.
error-files-too-large = Together your files are too large. Send { $limit } MB at most at once.
error-file-kind = You can't post files of this kind. Choose a picture, a PDF, a document or a text.
error-file-old-office = This is an old kind of document. Save it as docx, xlsx, pptx or PDF and try again.
error-file-encrypted = This file has a password. Remove the password and try again.
error-file-macros = This file contains macros. Save it without macros and try again.
error-file-too-many-pixels = This picture is too large. Make it smaller and try again.
error-file-unpacked = This file is too large when unpacked. Choose a smaller file.
error-file-broken = This file is damaged, or isn't what its name says. Choose another file.
error-file-quota = You have no space left. Your files can take up { $limit } MB in total. Delete something first.
error-alt-missing = Describe what the picture shows, or mark it as decoration only.
error-alt-long = Make the description shorter: at most { $limit } characters.
error-media-many = Choose at most { $limit } files.
error-media-unknown = One of the files is gone. Add it again.
