package elbv2

import (
	"fmt"
	"strings"

	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
)

// createWebACLAssociation checks that the load balancer exists, and that the web ACL is one of this account and region.
func createWebACLAssociation(c *provider.Call) error {
	const message = "AWS WAF couldn't perform the operation because your resource doesn't exist."
	resource, acl := fmt.Sprint(c.New.Props["resourceArn"]), fmt.Sprint(c.New.Props["webAclArn"])
	if !strings.HasPrefix(acl, fmt.Sprintf("arn:%s:wafv2:%s:%s:", c.Partition, c.Region, c.Account)) ||
		c.World.Get(loadBalancerType, c.Region, resource) == nil {
		return provider.Errorf("WAFNonexistentItemException", message)
	}
	return nil
}
