// Pngs draws a picture, encodes it with image/png and decodes it again.
package main

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"log"

	"bench/internal/work"
)

const size = 384

func picture(random *work.Random) *image.NRGBA {
	canvas := image.NewNRGBA(image.Rect(0, 0, size, size))
	for y := range size {
		for x := range size {
			canvas.SetNRGBA(x, y, color.NRGBA{uint8(x * y >> 8), uint8(x ^ y), uint8(random.Next() & 15), 255})
		}
	}
	for range 40 {
		x, y := random.Below(size), random.Below(size)
		box := image.Rect(x, y, x+random.Below(100), y+random.Below(100))
		shade := color.NRGBA{uint8(random.Next()), uint8(random.Next()), uint8(random.Next()), 160}
		draw.Draw(canvas, box, image.NewUniform(shade), image.Point{}, draw.Over)
	}
	return canvas
}

func main() {
	sum := work.NewSum()
	random := work.Random(31415926)
	for range work.Rounds(9) {
		var file bytes.Buffer
		if err := png.Encode(&file, picture(&random)); err != nil {
			log.Fatal(err)
		}
		sum.Write(file.Bytes())
		decoded, err := png.Decode(&file)
		if err != nil {
			log.Fatal(err)
		}
		for y := 0; y < size; y += 16 {
			for x := range size {
				r, g, b, _ := decoded.At(x, y).RGBA()
				sum.Add(uint64(r) + uint64(g) + uint64(b))
			}
		}
	}
	sum.Print("pngs")
}
