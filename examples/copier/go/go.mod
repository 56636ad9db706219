module wasmc.example/copier

go 1.21
