// The policy pack as a program of its own: pulumi preview --policy-pack ./policy, or the built binary.
package main

import (
	"fmt"
	"os"

	"github.com/live-beats/live-beats-aws/internal/pack"
)

func main() {
	if err := pack.Main(); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}
