module intrinsics

go 1.21
