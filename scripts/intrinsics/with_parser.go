//go:build with_parser

package main

import (
	"fmt"
	"go/parser"
)

func other() {
	fmt.Println(parser.ParseExpr("1 + 2"))
}
