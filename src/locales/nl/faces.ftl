# Wat een besloten groep die zich laat zien, schrijft aan iemand op een andere site die haar volgt en zo geen lid kan worden.

face-refused = De groep ‘{ $group }’ is besloten. Met een account op { $host } kunt u er niet aan meedoen.
face-how = Op de pagina van de groep leest u voor wie zij is en hoe u wel kunt meedoen:
