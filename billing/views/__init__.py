"""What is answered: frozen values by noun. JSON is made of them in one place (`codec`); words at the surfaces."""
