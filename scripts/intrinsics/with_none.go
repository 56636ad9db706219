//go:build with_none

package main

func other() {}
