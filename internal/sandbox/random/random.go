// Package random is the random provider: passwords that belong to their resource alone, the same in every run of the
// same steps. They are for the sandbox; nothing outside of it accepts them.
package random

import (
	"strings"

	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/world"
)

// Behaviours of the random resources.
var Behaviours = map[string]provider.Behaviour{
	"random:index/randomPassword:RandomPassword": {Check: check, Create: create},
}

// classes are the characters that each switch of a password allows.
// https://www.pulumi.com/registry/packages/random/api-docs/randompassword/
var classes = []struct{ property, minimum, characters string }{
	{"lower", "minLower", "abcdefghijklmnopqrstuvwxyz"},
	{"upper", "minUpper", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"},
	{"numeric", "minNumeric", "0123456789"},
	{"special", "minSpecial", "!@#$%&*()-_=+[]{}<>:?"},
}

func check(in provider.Props) []provider.Failure {
	if alphabet(in) == "" {
		return []provider.Failure{{Property: "lower", Reason: "no class of characters is left to generate a password from"}}
	}
	if in["number"] == false && in["numeric"] == true {
		return []provider.Failure{{
			Property: "number", Reason: "is deprecated, and the sandbox does not model it; set numeric",
		}}
	}
	for _, class := range classes {
		if n, _ := in[class.minimum].(float64); n > 0 {
			return []provider.Failure{{Property: class.minimum, Reason: "the sandbox does not model minimums"}}
		}
	}
	return nil
}

func alphabet(in provider.Props) string {
	var b strings.Builder
	for _, class := range classes {
		if in[class.property] != true {
			continue
		}
		if own, ok := in["overrideSpecial"].(string); ok && class.property == "special" {
			b.WriteString(own)
			continue
		}
		b.WriteString(class.characters)
	}
	return b.String()
}

func create(c *provider.Call) error {
	characters := alphabet(c.New.Props)
	length, _ := c.New.Props["length"].(float64)
	password := make([]byte, int(length))
	for i := range password {
		n := 0
		for _, digit := range world.Digest(4, "password", c.New.Seed, string(rune(i))) {
			n = n*16 + strings.IndexRune("0123456789abcdef", digit)
		}
		password[i] = characters[n%len(characters)]
	}
	c.New.Props["result"] = string(password)
	return nil
}
