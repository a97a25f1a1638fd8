"""What protoc made of Sources/Wire/sextant.proto; the README of the package has the command."""
