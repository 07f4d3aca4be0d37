package iam

import (
	"fmt"
	"strings"

	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/world"
)

// createIdentityProvider names the provider by its host. AWS reads a missing thumbprint from the host's certificate.
func createIdentityProvider(c *provider.Call) error {
	host := strings.TrimPrefix(fmt.Sprint(c.New.Props["url"]), "https://")
	c.Vars["host"] = host
	if c.New.Props["thumbprintLists"] == nil {
		c.New.Props["thumbprintLists"] = []any{world.Digest(40, "thumbprint", host)}
	}
	return nil
}
