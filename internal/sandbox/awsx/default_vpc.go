package awsx

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/provider"
)

const defaultVpcType = "awsx:ec2:DefaultVpc"

// defaultVpc is the account's default VPC with its subnets.
// https://www.pulumi.com/registry/packages/awsx/api-docs/ec2/defaultvpc/
type defaultVpc struct {
	pulumi.ResourceState

	VpcId            pulumi.StringOutput      `pulumi:"vpcId"`
	PublicSubnetIds  pulumi.StringArrayOutput `pulumi:"publicSubnetIds"`
	PrivateSubnetIds pulumi.StringArrayOutput `pulumi:"privateSubnetIds"`
}

type idArgs struct {
	ID string `pulumi:"id"`
}

type getVpcArgs struct {
	Default bool `pulumi:"default"`
}

type subnetsArgs struct {
	Filters []filterArgs `pulumi:"filters"`
}

type filterArgs struct {
	Name   string   `pulumi:"name"`
	Values []string `pulumi:"values"`
}

// defaultVpc looks up the VPC and its subnets at preview and at up, as the real component does, so the ids are known in
// both. A subnet is public if it gives instances a public address.
func (s *Server) defaultVpc(
	ctx *pulumi.Context, name string, _ provider.ConstructInputs, opts pulumi.ResourceOption,
) (*provider.ConstructResult, error) {
	vpc := &defaultVpc{}
	if err := ctx.RegisterComponentResource(defaultVpcType, name, vpc, opts); err != nil {
		return nil, fmt.Errorf("register %s: %w", defaultVpcType, err)
	}
	version, parent := pulumi.Version(s.AWSVersion), pulumi.Parent(vpc)
	var found struct {
		ID string `pulumi:"id"`
	}
	if err := ctx.Invoke("aws:ec2/getVpc:getVpc", getVpcArgs{Default: true}, &found, version, parent); err != nil {
		return nil, err
	}
	var subnets struct {
		IDs []string `pulumi:"ids"`
	}
	filters := subnetsArgs{Filters: []filterArgs{{Name: "vpc-id", Values: []string{found.ID}}}}
	if err := ctx.Invoke("aws:ec2/getSubnets:getSubnets", filters, &subnets, version, parent); err != nil {
		return nil, err
	}
	var public, private []string
	for _, id := range subnets.IDs {
		var subnet struct {
			Public bool `pulumi:"mapPublicIpOnLaunch"`
		}
		if err := ctx.Invoke("aws:ec2/getSubnet:getSubnet", idArgs{ID: id}, &subnet, version, parent); err != nil {
			return nil, err
		}
		if subnet.Public {
			public = append(public, id)
		} else {
			private = append(private, id)
		}
	}
	vpc.VpcId = pulumi.String(found.ID).ToStringOutput()
	vpc.PublicSubnetIds = pulumi.ToStringArray(public).ToStringArrayOutput()
	vpc.PrivateSubnetIds = pulumi.ToStringArray(private).ToStringArrayOutput()
	if err := ctx.RegisterResourceOutputs(vpc, pulumi.Map{
		"vpcId": vpc.VpcId, "publicSubnetIds": vpc.PublicSubnetIds, "privateSubnetIds": vpc.PrivateSubnetIds,
	}); err != nil {
		return nil, fmt.Errorf("register outputs of %s: %w", defaultVpcType, err)
	}
	return provider.NewConstructResult(vpc)
}
