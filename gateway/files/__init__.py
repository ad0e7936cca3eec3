"""Files on their way: from who sends them into the object store, and from there to who may read them. No byte of them
travels on the bus; services are told what came, and say who may."""
