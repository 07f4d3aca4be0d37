// Package random is the random provider: values that belong to their resource alone, the same in every run of the same
// steps. They are for the sandbox; nothing outside of it accepts them.
package random

import (
	"encoding/hex"
	"math/big"

	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/world"
)

// Behaviours of the random resources.
var Behaviours = map[string]provider.Behaviour{
	"random:index/randomPassword:RandomPassword": {Check: checkText, Create: createText},
	"random:index/randomString:RandomString":     {Check: checkText, Create: createText},
	"random:index/randomId:RandomId":             {Create: createID},
	"random:index/randomInteger:RandomInteger":   {Check: checkInteger, Create: createInteger},
	"random:index/randomPet:RandomPet":           {Create: createPet},
}

// bytes are n bytes that belong to a resource.
func bytes(c *provider.Call, n int, parts ...string) []byte {
	parts = append(parts, c.New.Seed)
	b, _ := hex.DecodeString(world.Digest(2*n, parts...)) // A digest is hexadecimal.
	return b
}

// choose is a number below n that belongs to a resource.
func choose(c *provider.Call, n int, parts ...string) int {
	number := new(big.Int).SetBytes(bytes(c, 16, parts...))
	return int(number.Mod(number, big.NewInt(int64(n))).Int64())
}

func number(in provider.Props, name string) int {
	n, _ := in[name].(float64)
	return int(n)
}
