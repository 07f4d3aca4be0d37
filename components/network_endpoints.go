package components

import (
	"slices"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/vpc"
	awsx "github.com/pulumi/pulumi-awsx/sdk/v2/go/awsx/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// interfaceServices are what a task calls, or ECS for it: the image, logs, parameters, ECS Exec, and the discovery of
// other tasks. The layers of an image come from S3.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/vpc-endpoints.html
var interfaceServices = []string{"ecr.api", "ecr.dkr", "ecs", "logs", "ssm", "ssmmessages"}

// newEndpoints answers the usual names of AWS's services from the private subnets, to tasks wherever they are in the
// VPC.
func (n *Network) newEndpoints(
	ctx *pulumi.Context, name string, a NetworkArgs, taskTables pulumi.StringArrayInput,
) error {
	group, err := n.newEndpointGroup(ctx, name, a)
	if err != nil {
		return err
	}
	services := slices.Clone(interfaceServices)
	services = append(services, a.AdditionalEndpoints...)
	for _, service := range services {
		_, err := ec2.NewVpcEndpoint(ctx, name+"-endpoint-"+strings.ReplaceAll(service, ".", "-"), &ec2.VpcEndpointArgs{
			VpcId:             n.VpcId,
			ServiceName:       pulumi.String(a.endpointService(service)),
			VpcEndpointType:   pulumi.String("Interface"),
			SubnetIds:         n.PrivateSubnetIds,
			SecurityGroupIds:  pulumi.StringArray{group},
			PrivateDnsEnabled: pulumi.Bool(true),
		}, under(n))
		if err != nil {
			return err
		}
	}
	_, err = ec2.NewVpcEndpoint(ctx, name+"-endpoint-s3", &ec2.VpcEndpointArgs{
		VpcId:           n.VpcId,
		ServiceName:     pulumi.String(a.endpointService("s3")),
		VpcEndpointType: pulumi.String("Gateway"),
		RouteTableIds:   taskTables,
	}, under(n))
	return err
}

// newEndpointGroup lets the whole VPC in: the tasks' own security group is made after the network.
func (n *Network) newEndpointGroup(ctx *pulumi.Context, name string, a NetworkArgs) (pulumi.StringOutput, error) {
	group, err := ec2.NewSecurityGroup(ctx, name+"-endpoints", &ec2.SecurityGroupArgs{
		VpcId:       n.VpcId,
		Description: pulumi.String("Endpoints of AWS services for Live Beats"),
	}, under(n))
	if err != nil {
		return pulumi.StringOutput{}, err
	}
	_, err = vpc.NewSecurityGroupIngressRule(ctx, name+"-endpoints-ingress", &vpc.SecurityGroupIngressRuleArgs{
		SecurityGroupId: group.ID(), IpProtocol: pulumi.String("tcp"), FromPort: pulumi.Int(443), ToPort: pulumi.Int(443),
		CidrIpv4: pulumi.String(a.CidrBlock), Description: pulumi.String("Tasks to AWS services"),
	}, under(n))
	return group.ID().ToStringOutput(), err
}

func (a NetworkArgs) endpointService(service string) string {
	return "com.amazonaws." + a.Account.Region + "." + service
}

// routeTables are those of some of the VPC's subnets.
func routeTables(network *awsx.Vpc, subnets pulumi.StringArrayOutput) pulumi.StringArrayOutput {
	return pulumi.All(network.RouteTableAssociations, subnets).ApplyT(func(all []any) pulumi.StringArrayOutput {
		associations, _ := all[0].([]*ec2.RouteTableAssociation)
		wanted, _ := all[1].([]string)
		var pairs []any
		for _, association := range associations {
			pairs = append(pairs, association.SubnetId.Elem(), association.RouteTableId)
		}
		return pulumi.All(pairs...).ApplyT(func(pairs []any) []string {
			return tablesOf(pairs, wanted)
		}).(pulumi.StringArrayOutput)
	}).(pulumi.StringArrayOutput)
}

// tablesOf reads subnets and their route tables in turns.
func tablesOf(pairs []any, wanted []string) []string {
	tables := []string{}
	for pair := range slices.Chunk(pairs, 2) {
		subnet, _ := pair[0].(string)
		if table, _ := pair[1].(string); slices.Contains(wanted, subnet) {
			tables = append(tables, table)
		}
	}
	return tables
}
