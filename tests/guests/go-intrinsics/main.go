// Calls the functions of the standard library that wasmc has native code for,
// on all lengths and alignments up to some limit, and prints a sum of what
// they return for each. The sums are made without the functions under test.
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
	"math/rand"
	"strings"
)

const (
	lenMax    = 1000
	alignMax  = 17
	wordsMax  = 40
	wordBytes = 8
)

// A sum of numbers in which their order counts.
type sum uint64

func (s *sum) add(number uint64) {
	*s = (*s ^ sum(number)) * 0x100000001b3
	*s ^= *s >> 29
}

func (s *sum) addBytes(bytes []byte) {
	s.add(uint64(len(bytes)))
	for _, b := range bytes {
		s.add(uint64(b))
	}
}

func (s *sum) addInt(number *big.Int) {
	s.add(uint64(number.Sign() + 1))
	for _, word := range number.Bits() {
		s.add(uint64(word))
	}
}

func report(name string, s sum) {
	fmt.Printf("%s %016x\n", name, uint64(s))
}

var random = rand.New(rand.NewSource(1))

func randomBytes(len int) []byte {
	bytes := make([]byte, len)
	random.Read(bytes)
	return bytes
}

// Calls `each` with every length at some alignment, and with every alignment
// at some length.
func slices(data []byte, each func([]byte)) {
	for len := 0; len <= lenMax; len++ {
		from := len * 7 % alignMax
		each(data[from : from+len : from+len])
	}
	for from := 0; from < alignMax; from++ {
		for _, len := range []int{0, 1, 2, 3, 4, 7, 8, 15, 16, 17, 33, 64, 100, 513, 4099} {
			each(data[from : from+len])
		}
	}
}

func hashes(data []byte) {
	var ofMD5, ofSHA1, ofSHA256, ofSHA512, ofIEEE, ofCastagnoli, ofKoopman sum
	castagnoli := crc32.MakeTable(crc32.Castagnoli)
	koopman := crc32.MakeTable(crc32.Koopman)
	running := uint32(0)
	slices(data, func(data []byte) {
		first := sha1.Sum(data)
		ofSHA1.addBytes(first[:])
		second := sha256.Sum256(data)
		ofSHA256.addBytes(second[:])
		third := sha512.Sum512(data)
		ofSHA512.addBytes(third[:])
		fourth := md5.Sum(data)
		ofMD5.addBytes(fourth[:])
		running = crc32.Update(running, crc32.IEEETable, data)
		ofIEEE.add(uint64(running))
		ofCastagnoli.add(uint64(crc32.Checksum(data, castagnoli)))
		ofKoopman.add(uint64(crc32.Checksum(data, koopman)))
	})
	report("sha1", ofSHA1)
	report("sha256", ofSHA256)
	report("sha512", ofSHA512)
	report("md5", ofMD5)
	report("crc32 IEEE", ofIEEE)
	report("crc32 Castagnoli", ofCastagnoli)
	report("crc32 Koopman", ofKoopman)
	// State on the stack, blocks on the stack.
	var block [256]byte
	copy(block[:], data)
	ofStack := sha256.Sum256(block[3:203])
	report("sha256 of the stack", sum(ofStack[5]))
}

func searches(data []byte) {
	var index, indexString, count, countString sum
	slices(data, func(data []byte) {
		text := string(data)
		for _, wanted := range []byte{0, byte(len(data)), 0x80, 0xff} {
			index.add(uint64(bytes.IndexByte(data, wanted)))
			indexString.add(uint64(strings.IndexByte(text, wanted)))
			count.add(uint64(bytes.Count(data, []byte{wanted})))
			countString.add(uint64(strings.Count(text, string([]byte{wanted}))))
		}
		count.add(uint64(bytes.Count(data, nil)))
		count.add(uint64(bytes.Count(data, []byte{1, 2})))
		countString.add(uint64(strings.Count(text, "")))
		countString.add(uint64(strings.Count(text, "ab")))
	})
	report("index", index)
	report("index in a string", indexString)
	report("count", count)
	report("count in a string", countString)
}

func comparisons(data []byte) {
	var equal, compare sum
	slices(data, func(data []byte) {
		other := append([]byte(nil), data...)
		note := func() {
			if bytes.Equal(data, other) {
				equal.add(1)
			}
			if string(data) == string(other) {
				equal.add(2)
			}
			compare.add(uint64(bytes.Compare(data, other)))
			compare.add(uint64(strings.Compare(string(other), string(data))))
		}
		note()
		for at := 0; at < len(other); at += 1 + at/3 {
			other[at] ^= 0x81
			note()
			other[at] ^= 0x81
		}
		if len(other) > 0 {
			other = other[:len(other)-1]
			note()
		}
	})
	report("equal", equal)
	report("compare", compare)
}

func numbers() {
	var sums, differences, products, quotients sum
	for xWords := 0; xWords <= wordsMax; xWords++ {
		for yWords := 0; yWords <= wordsMax; yWords += 3 {
			x := new(big.Int).SetBytes(randomBytes(xWords * wordBytes))
			y := new(big.Int).SetBytes(randomBytes(yWords * wordBytes))
			// All bits set, so that carries go through all words.
			ones := new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), uint(xWords*64)), big.NewInt(1))
			for _, left := range []*big.Int{x, ones} {
				sums.addInt(new(big.Int).Add(left, y))
				differences.addInt(new(big.Int).Sub(left, y))
				products.addInt(new(big.Int).Mul(left, y))
				if y.Sign() != 0 {
					quotient, remainder := new(big.Int).QuoRem(left, y, new(big.Int))
					quotients.addInt(quotient)
					quotients.addInt(remainder)
				}
				// In place.
				z := new(big.Int).Set(left)
				sums.addInt(z.Add(z, z))
				products.addInt(z.Mul(z, z))
				differences.addInt(z.Sub(z, left))
			}
		}
	}
	report("sums", sums)
	report("differences", differences)
	report("products", products)
	report("quotients", quotients)
	power := new(big.Int).Exp(big.NewInt(3), big.NewInt(5000), nil)
	fmt.Println("power", power.String()[:40])
	parsed, ok := new(big.Int).SetString(power.Text(10), 10)
	fmt.Println("parsed", ok && parsed.Cmp(power) == 0)
}

// Deep recursion moves the stack while the functions' frames are on it.
func deep(depth int, data []byte) byte {
	var frame [64]byte
	copy(frame[:], data[depth%lenMax:])
	if depth == 0 {
		hash := sha256.Sum256(frame[:])
		return hash[0]
	}
	hash := sha1.Sum(frame[:])
	return deep(depth-1, data) ^ hash[depth%len(hash)] ^ byte(bytes.IndexByte(frame[:], hash[0]))
}

func main() {
	data := randomBytes(8192)
	hashes(data)
	searches(data)
	comparisons(data)
	numbers()
	fmt.Println("deep", deep(5000, data))
	results := make(chan byte)
	for goroutine := 0; goroutine < 50; goroutine++ {
		go func(depth int) { results <- deep(depth, data) }(goroutine * 20)
	}
	all := byte(0)
	for goroutine := 0; goroutine < 50; goroutine++ {
		all ^= <-results
	}
	fmt.Println("goroutines", all)
}
