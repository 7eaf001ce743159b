"""What every part of factnotes builds on."""
