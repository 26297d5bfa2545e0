"""Graph components that understand a message: label, age, place, programme, emergency."""
