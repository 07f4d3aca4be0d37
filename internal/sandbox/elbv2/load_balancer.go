// Package elbv2 is what Elastic Load Balancing does beyond the facts: hosted zones, certificates, and which resources
// may be combined. A check function looks at inputs only. An admit function checks a create or update against the
// world.
package elbv2

import (
	"fmt"
	"net/netip"
	"strings"

	"github.com/live-beats/live-beats-aws/internal/sandbox/ec2"
	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/s3"
	"github.com/live-beats/live-beats-aws/internal/sandbox/world"
)

const (
	loadBalancerType = "aws:lb/loadBalancer:LoadBalancer"
	targetGroupType  = "aws:lb/targetGroup:TargetGroup"
	listenerType     = "aws:lb/listener:Listener"
	ruleType         = "aws:lb/listenerRule:ListenerRule"
	extraType        = "aws:lb/listenerCertificate:ListenerCertificate"
	webACLType       = "aws:wafv2/webAclAssociation:WebAclAssociation"
	subnetType       = "aws:ec2/subnet:Subnet"
	gatewayType      = "aws:ec2/internetGateway:InternetGateway"
)

// Behaviours of load balancers, target groups, listeners and what belongs to them.
var Behaviours = map[string]provider.Behaviour{
	loadBalancerType: {Check: checkLoadBalancer, Create: createLoadBalancer, Update: admitLoadBalancer},
	targetGroupType:  {Check: checkTargetGroup},
	listenerType:     {Check: checkListener, Create: createListener, Update: updateListener},
	ruleType:         {Check: checkRule, Create: createRule, Update: admitRule},
	extraType:        {Create: createExtraCertificate},
	webACLType:       {Create: createWebACLAssociation},
}

func checkLoadBalancer(in provider.Props) []provider.Failure {
	var failures []provider.Failure
	if name, _ := in["name"].(string); strings.HasPrefix(name, "internal-") {
		failures = append(failures, provider.Failure{
			Property: "name", Reason: fmt.Sprintf("cannot begin with \"internal-\": %q", name),
		})
	}
	logs, _ := in["accessLogs"].(map[string]any)
	prefix, _ := logs["prefix"].(string)
	if strings.Contains(prefix, "AWSLogs") || strings.Trim(prefix, "/") != prefix {
		failures = append(failures, provider.Failure{
			Property: "accessLogs.prefix",
			Reason:   fmt.Sprintf("must not contain AWSLogs, nor begin or end with a slash: %q", prefix),
		})
	}
	return failures
}

func createLoadBalancer(c *provider.Call) error {
	zone, ok := ZoneID(c.Region)
	if !ok {
		return fmt.Errorf("the sandbox does not model the load balancers' hosted zone in region %q; "+
			"add it to internal/sandbox/elbv2/target_group.go", c.Region)
	}
	c.New.Props["zoneId"] = zone
	if c.New.Props["internal"] == true {
		c.New.Props["dnsName"] = fmt.Sprintf("internal-%v-%s.%s.elb.amazonaws.com",
			c.New.Props["name"], world.Digest(10, "dns", c.New.Seed), c.Region)
	}
	return admitLoadBalancer(c)
}

func admitLoadBalancer(c *provider.Call) error {
	if err := placeLoadBalancer(c); err != nil {
		return err
	}
	logs, _ := c.New.Props["accessLogs"].(map[string]any)
	if logs["enabled"] != true {
		return nil
	}
	bucket, _ := logs["bucket"].(string)
	prefix, _ := logs["prefix"].(string)
	return s3.AllowsLogDelivery(c.World, c.Scope, bucket, prefix)
}

// placeLoadBalancer checks the subnets and security groups of a load balancer: its subnets must be in at least two
// zones of one VPC, and the VPC must have an internet gateway unless the load balancer is internal.
func placeLoadBalancer(c *provider.Call) error {
	vpc, zones := any(nil), map[any]bool{}
	subnets, _ := c.New.Props["subnets"].([]any)
	for _, id := range subnets {
		subnet := c.World.Get(subnetType, c.Region, fmt.Sprint(id))
		if vpc != nil && subnet.Props["vpcId"] != vpc {
			return provider.Errorf("InvalidSubnet", "The subnets must be in one VPC")
		}
		vpc = subnet.Props["vpcId"]
		if zones[subnet.Props["availabilityZone"]] {
			return provider.Errorf("InvalidConfigurationRequest",
				"A load balancer cannot be attached to multiple subnets in the same Availability Zone")
		}
		zones[subnet.Props["availabilityZone"]] = true
		if tooSmall(subnet) {
			return provider.Errorf("InvalidSubnet", "Not enough IP space available in %s. "+
				"ELB requires at least 8 free IP addresses in each subnet.", subnet.ID)
		}
	}
	if len(zones) < 2 {
		return provider.Errorf("ValidationError",
			"At least two subnets in two different Availability Zones must be specified")
	}
	if c.Old != nil && c.Old.Props["vpcId"] != vpc {
		// wording is a guess
		return provider.Errorf("InvalidSubnet", "The subnets must be in the load balancer's VPC %v", c.Old.Props["vpcId"])
	}
	c.New.Props["vpcId"] = vpc
	if err := ec2.PlaceGroups(c, "securityGroups", vpc, foreignGroup); err != nil || c.New.Props["internal"] == true {
		return err
	}
	gateway := c.World.Find(gatewayType, c.Region, func(o *world.Object) bool { return o.Props["vpcId"] == vpc })
	if gateway == nil {
		return provider.Errorf("InvalidSubnet", "VPC %v has no internet gateway", vpc)
	}
	return nil
}

func foreignGroup(any, *world.Object) error {
	return provider.Errorf("InvalidConfigurationRequest", "One or more security groups are invalid")
}

// longestPrefix is the longest prefix length of a load balancer's subnet.
const longestPrefix = 27

func tooSmall(subnet *world.Object) bool {
	prefix, err := netip.ParsePrefix(fmt.Sprint(subnet.Props["cidrBlock"]))
	return err == nil && prefix.Bits() > longestPrefix
}
