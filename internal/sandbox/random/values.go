package random

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"math/big"
	"strconv"
	"strings"

	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
)

// createID returns the same bytes in every encoding. All values except the id begin with the prefix.
func createID(c *provider.Call) error {
	b := bytes(c, number(c.New.Props, "byteLength"), "id")
	prefix, _ := c.New.Props["prefix"].(string)
	url := base64.RawURLEncoding.EncodeToString(b)
	c.Vars["plain"] = url
	c.New.Props["b64Url"] = prefix + url
	c.New.Props["b64Std"] = prefix + base64.StdEncoding.EncodeToString(b)
	c.New.Props["hex"] = prefix + hex.EncodeToString(b)
	c.New.Props["dec"] = prefix + new(big.Int).SetBytes(b).String()
	return nil
}

func checkInteger(in provider.Props) []provider.Failure {
	if provider.HasUnknown(in) || number(in, "min") <= number(in, "max") {
		return nil
	}
	return []provider.Failure{{Property: "min", Reason: fmt.Sprintf(
		"the minimum (%v) must be smaller than or equal to the maximum (%v)", in["min"], in["max"])}}
}

// createInteger derives the number from the seed, or from the resource if it has no seed.
func createInteger(c *provider.Call) error {
	least, most := number(c.New.Props, "min"), number(c.New.Props, "max")
	n := least + choose(c, most-least+1, "integer")
	if seed, ok := c.New.Props["seed"].(string); ok && seed != "" {
		own := *c
		object := *c.New
		object.Seed, own.New = seed, &object
		n = least + choose(&own, most-least+1, "integer")
	}
	c.Vars["number"] = strconv.Itoa(n)
	c.New.Props["result"] = float64(n)
	return nil
}

var (
	adverbs    = strings.Fields("boldly calmly easily fairly gently highly kindly nicely openly wisely")
	adjectives = strings.Fields("able brave calm eager fair glad happy keen noble quick")
	animals    = strings.Fields("badger crane dingo falcon gecko heron lynx otter panda wren")
)

// createPet builds a name as the real provider does: adverbs, an adjective and an animal.
func createPet(c *provider.Call) error {
	var words []string
	if prefix, ok := c.New.Props["prefix"].(string); ok && prefix != "" {
		words = append(words, prefix)
	}
	length := number(c.New.Props, "length")
	for i := range length {
		list := adverbs
		switch length - i {
		case 1:
			list = animals
		case 2:
			list = adjectives
		}
		words = append(words, list[choose(c, len(list), "pet", strconv.Itoa(i))])
	}
	separator, _ := c.New.Props["separator"].(string)
	c.Vars["pet"] = strings.Join(words, separator)
	return nil
}
