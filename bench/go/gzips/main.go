// Gzips compresses and decompresses text with compress/gzip.
package main

import (
	"bytes"
	"compress/gzip"
	"io"
	"log"
	"strings"

	"bench/internal/work"
)

// prose is text of words that are as unequally frequent as in a language.
func prose(size int) []byte {
	random := work.Random(362436069)
	words := make([]string, 3000)
	for i := range words {
		var word strings.Builder
		for range 2 + random.Below(9) {
			word.WriteByte("etaoinshrdlucmfwyp"[random.Below(18)])
		}
		words[i] = word.String()
	}
	var text bytes.Buffer
	for text.Len() < size {
		text.WriteString(words[random.Below(1+random.Below(1+random.Below(len(words))))])
		text.WriteByte(" \n. "[random.Below(4)])
	}
	return text.Bytes()
}

func main() {
	sum := work.NewSum()
	text := prose(1 << 20)
	for round := range work.Rounds(18) {
		var packed bytes.Buffer
		level := []int{gzip.BestSpeed, gzip.DefaultCompression, gzip.BestCompression}[round%3]
		writer, err := gzip.NewWriterLevel(&packed, level)
		if err != nil {
			log.Fatal(err)
		}
		writer.Write(text)
		writer.Close()
		sum.Write(packed.Bytes())
		reader, err := gzip.NewReader(&packed)
		if err != nil {
			log.Fatal(err)
		}
		unpacked, err := io.ReadAll(reader)
		if err != nil || !bytes.Equal(unpacked, text) {
			log.Fatal("the text did not survive: ", err)
		}
	}
	sum.Print("gzips")
}
