"""What a careful hand would write without Anban: the yardsticks that the product is measured against."""
