// Uses every function of the catalogue, so that the linker keeps it.
package main

import (
	"bytes"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"fmt"
	"hash/crc32"
	"math/big"
	"os"
	"strings"
)

func main() {
	data, err := os.ReadFile(os.Args[0])
	if err != nil {
		fmt.Println(err)
	}
	text := string(data)
	fmt.Println(md5.Sum(data), sha1.Sum(data), sha256.Sum256(data), sha512.Sum512(data))
	fmt.Println(crc32.ChecksumIEEE(data))
	fmt.Println(bytes.IndexByte(data, 1), strings.IndexByte(text, 1), strings.Compare(text, os.Args[0]))
	fmt.Println(bytes.Count(data, data[1:]), strings.Count(text, os.Args[0]))
	x := new(big.Int).SetBytes(data)
	y := new(big.Int).Sqrt(x)
	fmt.Println(x.Mul(x, y), x.Add(x, y), x.Sub(x, y), x.Exp(x, y, y), x.Div(x, y))
	other()
}
