// This program is the policy pack for Pulumi's CLI. Run pulumi preview --policy-pack with ./policy or the built binary.
package main

import (
	"fmt"
	"os"

	"github.com/live-beats/live-beats-aws/internal/pack"
)

func main() {
	if err := pack.Main(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}
