// Package random models the random provider. Each value is derived from its resource, so the same steps give the same
// values in every run. The values are only for the sandbox: they are not random.
package random

import (
	"cmp"
	"encoding/hex"
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/world"
)

// Behaviours of the random resources, by type.
var Behaviours = map[string]provider.Behaviour{
	"random:index/randomPassword:RandomPassword": {Check: checkText, Create: createText},
	"random:index/randomString:RandomString":     {Check: checkText, Create: createText},
	"random:index/randomId:RandomId":             {Create: createID},
	"random:index/randomInteger:RandomInteger":   {Check: checkInteger, Create: createInteger},
	"random:index/randomPet:RandomPet":           {Create: createPet},
}

// bytes returns n bytes that are derived from the resource and parts.
func bytes(c *provider.Call, n int, parts ...string) []byte {
	parts = append(parts, c.New.Seed)
	b, _ := hex.DecodeString(world.Digest(2*n, parts...)) // A digest is hexadecimal.
	return b
}

// choose returns a number from 0 to n-1 that is derived from the resource and parts.
func choose(c *provider.Call, n int, parts ...string) int {
	number := new(big.Int).SetBytes(bytes(c, 16, parts...))
	return int(number.Mod(number, big.NewInt(int64(n))).Int64())
}

func number(in provider.Props, name string) int {
	n, _ := in[name].(float64)
	return int(n)
}

// classes are the classes of characters that the switches of a password or string turn on.
// https://www.pulumi.com/registry/packages/random/api-docs/randompassword/
var classes = []class{
	{"lower", "minLower", "abcdefghijklmnopqrstuvwxyz"},
	{"upper", "minUpper", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"},
	{"numeric", "minNumeric", "0123456789"},
	{"special", "minSpecial", "!@#$%&*()-_=+[]{}<>:?"},
}

type class struct{ property, minimum, characters string }

// of returns the class's characters, or "" if the class is off.
func (k class) of(in provider.Props) string {
	own, _ := in["overrideSpecial"].(string)
	switch {
	case in[k.property] != true:
		return ""
	case k.property == "special" && own != "":
		return own
	default:
		return k.characters
	}
}

func alphabet(in provider.Props) string {
	var b strings.Builder
	for _, k := range classes {
		b.WriteString(k.of(in))
	}
	return b.String()
}

func checkText(in provider.Props) []provider.Failure {
	if provider.HasUnknown(in) {
		return nil
	}
	if in["number"] == false && in["numeric"] == true {
		return []provider.Failure{{
			Property: "number", Reason: "is deprecated, and the sandbox does not model it; set numeric",
		}}
	}
	least := 0
	for _, k := range classes {
		n := number(in, k.minimum)
		if n > 0 && k.of(in) == "" {
			return []provider.Failure{{Property: k.minimum, Reason: "must not be set when " + k.property + " is false"}}
		}
		least += n
	}
	switch {
	case alphabet(in) == "":
		return []provider.Failure{{Property: "lower", Reason: "no class of characters is left to generate a password from"}}
	case number(in, "length") < least:
		return []provider.Failure{{Property: "length", Reason: fmt.Sprintf(
			"must be at least the sum of minUpper, minLower, minNumeric and minSpecial, %d", least)}}
	}
	return nil
}

// createText chooses the minimum number of characters of each class, then the rest, and shuffles them.
func createText(c *provider.Call) error {
	in := c.New.Props
	var sets []string
	for _, k := range classes {
		sets = append(sets, slices.Repeat([]string{k.of(in)}, number(in, k.minimum))...)
	}
	shuffled := len(sets) > 0
	sets = append(sets, slices.Repeat([]string{alphabet(in)}, number(in, "length")-len(sets))...)
	text := make([]byte, len(sets))
	for i, set := range sets {
		text[i] = set[choose(c, len(set), "text", strconv.Itoa(i))]
	}
	if shuffled {
		order := func(i int) string { return world.Digest(16, "order", c.New.Seed, strconv.Itoa(i)) }
		places := make([]int, len(text))
		for i := range places {
			places[i] = i
		}
		slices.SortFunc(places, func(a, b int) int { return cmp.Compare(order(a), order(b)) })
		sorted := slices.Clone(text)
		for i, place := range places {
			sorted[i] = text[place]
		}
		text = sorted
	}
	in["result"] = string(text)
	return nil
}
