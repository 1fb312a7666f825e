"""Objects: state in a store of objects that many machines share, safe wherever the store keeps two promises (see `port`)."""
