package kms

import (
	"fmt"
	"strings"

	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/world"
)

func checkAlias(in provider.Props) []provider.Failure {
	if name, _ := in["name"].(string); strings.HasPrefix(name, "alias/aws/") {
		return []provider.Failure{{Property: "name", Reason: fmt.Sprintf(
			"cannot begin with \"alias/aws/\", which is reserved for AWS: %q", name)}}
	}
	return nil
}

func point(c *provider.Call) error {
	key := c.New.Props["targetKeyId"]
	c.New.Props["targetKeyArn"] = c.World.Find(keyType, c.Region, func(o *world.Object) bool {
		return o.ID == key || o.Props["arn"] == key
	}).Props["arn"]
	return nil
}
