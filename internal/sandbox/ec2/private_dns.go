package ec2

import (
	"fmt"
	"slices"

	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/world"
)

// privateDNS makes the service's own name lead to the endpoint: once per VPC, and where the VPC has DNS.
// https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-access-aws-services.html
func privateDNS(c *provider.Call) error {
	name, domain := service(c), privateDomain(c)
	entries := []any{map[string]any{
		"dnsName": fmt.Sprintf("%s-%s.%s.%s.vpce.amazonaws.com", c.New.ID, world.Digest(8, c.New.ID), name, c.Region),
	}}
	c.New.Props["dnsEntries"] = entries
	if c.New.Props["privateDnsEnabled"] != true {
		return nil
	}
	if slices.Contains(gatewayServices, name) {
		return fmt.Errorf("the sandbox does not model private DNS of interface endpoints for %s", name)
	}
	vpc := get(c, vpcType, c.New.Props["vpcId"])
	if vpc.Props["enableDnsSupport"] != true || vpc.Props["enableDnsHostnames"] != true {
		return provider.Errorf("InvalidParameter", "Enabling private DNS requires both enableDnsSupport and "+
			"enableDnsHostnames VPC attributes set to true for %s", vpc.ID)
	}
	for _, other := range c.World.List(endpointType, c.Region) {
		if other.ID != c.New.ID && other.Props["vpcId"] == vpc.ID && other.Props["privateDnsEnabled"] == true &&
			other.Props["serviceName"] == c.New.Props["serviceName"] {
			return provider.Errorf("InvalidParameter", "private-dns-enabled cannot be set because there is already "+
				"a conflicting DNS domain for %s in the VPC %s", domain, vpc.ID)
		}
	}
	c.New.Props["dnsEntries"] = append(entries, map[string]any{"dnsName": domain})
	return nil
}

// privateDomain is the service's own name: logs.eu-west-2.amazonaws.com.
func privateDomain(c *provider.Call) string {
	name := service(c)
	switch name {
	case "ecr.api":
		name = "api.ecr"
	case "ecr.dkr":
		name = "*.dkr.ecr"
	}
	return fmt.Sprintf("%s.%s.amazonaws.com", name, c.Region)
}
