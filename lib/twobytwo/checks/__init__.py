"""What a result can bear: refits, small studies, absolute effects, simulation."""
