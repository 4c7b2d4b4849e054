"""Files of counts: what people have, read with errors that they can act on."""
