package components

import (
	"slices"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/vpc"
	awsx "github.com/pulumi/pulumi-awsx/sdk/v2/go/awsx/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// interfaceServices are the services that a task calls, or ECS for it: for the image, logs, parameters, ECS Exec, and
// the discovery of other tasks. Image layers come from S3, which has a gateway endpoint.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/vpc-endpoints.html
var interfaceServices = []string{"ecr.api", "ecr.dkr", "ecs", "logs", "ssm", "ssmmessages"}

// newEndpoints creates the endpoints in the private subnets. Tasks in the whole VPC reach them by the usual DNS names
// of the AWS services.
func (n *Network) newEndpoints(
	ctx *pulumi.Context, name string, a NetworkArgs, taskTables pulumi.StringArrayInput,
) error {
	group, err := ec2.NewSecurityGroup(ctx, name+"-endpoints", &ec2.SecurityGroupArgs{
		VpcId:       n.VpcId,
		Description: pulumi.String("Endpoints of AWS services for Live Beats"),
	}, under(n))
	if err != nil {
		return err
	}
	beforeRule := len(n.declared)
	// It allows the whole VPC, because the tasks' security group is created after the network.
	if _, err := vpc.NewSecurityGroupIngressRule(ctx, name+"-endpoints-ingress", &vpc.SecurityGroupIngressRuleArgs{
		SecurityGroupId: group.ID(), IpProtocol: pulumi.String("tcp"), FromPort: pulumi.Int(443), ToPort: pulumi.Int(443),
		CidrIpv4: pulumi.String(a.CidrBlock), Description: pulumi.String("Tasks to AWS services"),
	}, under(n)); err != nil {
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
			SecurityGroupIds:  pulumi.StringArray{group.ID()},
			PrivateDnsEnabled: pulumi.Bool(true),
		}, under(n))
		if err != nil {
			return err
		}
	}
	if _, err := ec2.NewVpcEndpoint(ctx, name+"-endpoint-s3", &ec2.VpcEndpointArgs{
		VpcId:           n.VpcId,
		ServiceName:     pulumi.String(a.endpointService("s3")),
		VpcEndpointType: pulumi.String("Gateway"),
		RouteTableIds:   taskTables,
	}, under(n)); err != nil {
		return err
	}
	n.TaskSubnetIds = after(n.TaskSubnetIds, n.declared[beforeRule:]...)
	return nil
}

func (a NetworkArgs) endpointService(service string) string {
	return "com.amazonaws." + a.Account.Region + "." + service
}

// routeTables returns the route tables of the given subnets of the VPC.
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

// tablesOf returns the route tables of the wanted subnets. pairs lists each subnet, followed by its route table.
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
