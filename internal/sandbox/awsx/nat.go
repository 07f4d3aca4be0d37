package awsx

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// natArgs configures the NAT gateways.
type natArgs struct {
	ElasticIpAllocationIds []pulumi.StringInput `pulumi:"elasticIpAllocationIds"`
	Strategy               string               `pulumi:"strategy"`
}

// Strategies in lower case, because the real package ignores their case.
const (
	natNone     = "none"
	natSingle   = "single"
	natOnePerAz = "oneperaz"
)

func natOf(args vpcArgs) natArgs {
	if args.NatGateways == nil {
		return natArgs{Strategy: "OnePerAz"}
	}
	return *args.NatGateways
}

func (n natArgs) strategy() string { return strings.ToLower(n.Strategy) }

func (n natArgs) checkAddresses(zones int) error {
	given := len(n.ElasticIpAllocationIds)
	switch n.strategy() {
	case natNone:
		if given > 0 {
			return fmt.Errorf("Elastic IP allocation IDs cannot be specified when NAT Gateway strategy is '%s'.", n.Strategy)
		}
	case natSingle:
		if given > 1 {
			return fmt.Errorf("Exactly one Elastic IP may be specified when NAT Gateway strategy is '%s'.", n.Strategy)
		}
	case natOnePerAz:
		if given > 0 && given != zones {
			return fmt.Errorf("The number of Elastic IPs, if specified, must match the number of availability zones for "+
				"the VPC (%d) when NAT Gateway strategy is '%s'", zones, n.Strategy)
		}
	default:
		return fmt.Errorf("Unknown NatGatewayStrategy '%s'", n.Strategy)
	}
	return nil
}

func (n natArgs) checkSubnets(subnets []subnet) error {
	has := func(kind string) bool {
		return slices.ContainsFunc(subnets, func(s subnet) bool { return s.kind == kind })
	}
	if n.strategy() == natNone || has(public) && has(private) {
		return nil
	}
	return errors.New("If NAT Gateway strategy is 'OnePerAz' or 'Single', both private and public subnets must be " +
		"declared. The private subnet creates the need for a NAT Gateway, and the public subnet is required to host the " +
		"NAT Gateway resource.")
}

// needsGateway reports whether a public subnet of a zone gets a NAT gateway, given how many gateways exist already.
func (n natArgs) needsGateway(gateways, zone int) bool {
	switch n.strategy() {
	case natSingle:
		return gateways < 1
	case natOnePerAz:
		return gateways < zone+1
	default:
		return false
	}
}

// gateway returns the NAT gateway that the private subnets of a zone use.
func (n natArgs) gateway(gateways []*child, zone int) *child {
	if n.strategy() == natSingle {
		zone = 0
	}
	return gateways[zone]
}
