// Mandelbrot iterates complex numbers: floating-point multiplication.
package main

import "bench/internal/work"

const size = 128

func main() {
	sum := work.NewSum()
	for round := range work.Rounds(50) {
		row := make([]byte, size)
		for y := range size {
			for x := range size {
				cr := 3*float64(x)/size - 2 - float64(round)/10000
				ci := 2*float64(y)/size - 1
				var zr, zi float64
				n := 0
				for n < 1000 && zr*zr+zi*zi <= 4 {
					zr, zi = zr*zr-zi*zi+cr, 2*zr*zi+ci
					n++
				}
				row[x] = byte(n)
			}
			sum.Write(row)
		}
	}
	sum.Print("mandelbrot")
}
