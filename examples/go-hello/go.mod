module wasmc.example/hello

go 1.21
