module wasmc.example/report

go 1.21
