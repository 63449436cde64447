"""The screens, one file each; ``navigation`` says who sees which."""
