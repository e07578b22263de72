"""Everything of the product that is not a Lambda: cloud resources, packaging, the laptop stack, voice servers."""
