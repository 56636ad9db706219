module example/go-site

go 1.21
