"""Objects: stores for tests, with the faults that real ones have, and servers that speak S3's protocol."""
