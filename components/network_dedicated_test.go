package components

import (
	"testing"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/internals"
	"github.com/stretchr/testify/require"
)

// tablesFor maps the subnets of the recorded VPC to their route tables.
var tablesFor = map[string]string{
	"public-a": "rtb-public-a", "public-b": "rtb-public-b", "private-a": "rtb-private-a", "private-b": "rtb-private-b",
	"isolated-a": "rtb-isolated-a",
}

// vpcRecorder also answers for awsx's VPC, which creates its subnets in another process.
type vpcRecorder struct {
	*recorder
	associations []string // URNs.
}

func (r *vpcRecorder) NewResource(args pulumi.MockResourceArgs) (string, resource.PropertyMap, error) {
	id, state, err := r.recorder.NewResource(args)
	if err != nil || r.preview || args.TypeToken != "awsx:ec2:Vpc" {
		return id, state, err
	}
	state["publicSubnetIds"] = resource.NewPropertyValue([]string{"public-a", "public-b"})
	state["privateSubnetIds"] = resource.NewPropertyValue([]string{"private-a", "private-b"})
	state["isolatedSubnetIds"] = resource.NewPropertyValue([]string{"isolated-a", "isolated-b"})
	var associations []resource.PropertyValue
	for _, urn := range r.associations {
		associations = append(associations,
			resource.MakeCustomResourceReference(resource.URN(urn), resource.ID(resource.URN(urn).Name()), ""))
	}
	state["routeTableAssociations"] = resource.NewProperty(associations)
	return id, state, nil
}

func recordDedicated(t *testing.T, args NetworkArgs) *recorder {
	t.Helper()
	args.Mode = NetworkDedicated
	update, preview := runDedicated(t, args, false), runDedicated(t, args, true)
	require.Equal(t, update.names(), preview.names(), "preview and update must register the same resources")
	for name, child := range update.resources {
		if name != "net" {
			parent := resource.URN(child.RegisterRPC.GetParent())
			require.Equal(t, "net", parent.Name(), "the parent of %s must be the network", name)
		}
	}
	return update
}

func runDedicated(t *testing.T, args NetworkArgs, preview bool) *recorder {
	t.Helper()
	r := &vpcRecorder{recorder: newRecorder(preview)}
	err := pulumi.RunErr(func(ctx *pulumi.Context) error {
		if err := r.associate(ctx); err != nil {
			return err
		}
		return captureNetwork(ctx, r.recorder, &args)
	}, pulumi.WithMocks("live-beats", "test", r), func(info *pulumi.RunInfo) { info.DryRun = preview })
	require.NoError(t, err)
	r.pending.Wait()
	for _, urn := range r.associations {
		delete(r.resources, resource.URN(urn).Name())
	}
	return r.recorder
}

// associate registers the route table associations that awsx would register.
func (r *vpcRecorder) associate(ctx *pulumi.Context) error {
	for subnet, table := range tablesFor {
		association, err := ec2.NewRouteTableAssociation(ctx, subnet, &ec2.RouteTableAssociationArgs{
			SubnetId: pulumi.String(subnet), RouteTableId: pulumi.String(table),
		})
		if err != nil {
			return err
		}
		result, err := internals.UnsafeAwaitOutput(ctx.Context(), association.URN())
		if err != nil {
			return err
		}
		r.associations = append(r.associations, string(result.Value.(pulumi.URN)))
	}
	return nil
}

func TestNetworkDedicated(t *testing.T) {
	t.Parallel()
	r := recordDedicated(t, NetworkArgs{})
	require.Equal(t, []string{"net", "net-vpc"}, r.names())
	require.Equal(t, map[string]any{
		"mode": "dedicated", "cidrBlock": "10.0.0.0/16", "zones": 2.0, "natGateways": "none", "placement": "public",
		"endpoints": false, "protect": false, "flowLogs": false,
	}, r.inputs(t, "net"))
	require.Equal(t, map[string]any{
		"cidrBlock": "10.0.0.0/16", "enableDnsHostnames": true, "numberOfAvailabilityZones": 2.0,
		"natGateways":    map[string]any{"strategy": "None"},
		"subnetStrategy": "Auto", "availabilityZoneCidrMask": 18.0,
		"subnetSpecs": []any{
			map[string]any{"type": "Private", "cidrMask": 19.0},
			map[string]any{"type": "Public", "cidrMask": 20.0},
			map[string]any{"type": "Isolated", "cidrMask": 20.0},
		},
	}, r.inputs(t, "net-vpc"))
	require.Equal(t, map[string]any{
		"vpcId":             "net-vpc.vpcId",
		"publicSubnetIds":   []string{"public-a", "public-b"},
		"privateSubnetIds":  []string{"private-a", "private-b"},
		"isolatedSubnetIds": []string{"isolated-a", "isolated-b"},
		"databaseSubnetIds": []string{"isolated-a", "isolated-b"},
		"taskSubnetIds":     []string{"public-a", "public-b"},
		"vpcCidr":           "10.0.0.0/16",
		"assignPublicIp":    true,
	}, r.outputs)
}

func TestNetworkPlacement(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		args     NetworkArgs
		strategy string
		private  bool
	}{
		"single gateway":     {NetworkArgs{NatGateways: NatSingle}, "Single", true},
		"gateway per zone":   {NetworkArgs{NatGateways: NatPerZone, Zones: 3}, "OnePerAz", true},
		"public despite NAT": {NetworkArgs{NatGateways: NatSingle, Placement: PlacementPublic}, "Single", false},
		"endpoints":          {NetworkArgs{Endpoints: true, Account: &testAccount}, "None", false},
		"endpoints and NAT":  {NetworkArgs{Endpoints: true, Account: &testAccount, NatGateways: NatSingle}, "Single", true},
		"only endpoints":     {endpointsAlone(), "None", true},
		"smallest addresses": {NetworkArgs{CidrBlock: "10.1.2.0/23"}, "None", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := recordDedicated(t, test.args)
			require.Equal(t, map[string]any{"strategy": test.strategy}, r.inputs(t, "net-vpc")["natGateways"])
			require.Equal(t, !test.private, r.outputs["assignPublicIp"])
			want := []string{"public-a", "public-b"}
			if test.private {
				want = []string{"private-a", "private-b"}
			}
			require.Equal(t, want, r.outputs["taskSubnetIds"])
		})
	}
}

func endpointsAlone() NetworkArgs {
	return NetworkArgs{Endpoints: true, Placement: PlacementPrivate, Account: &testAccount}
}

func TestNetworkEndpointsOfACustomerKey(t *testing.T) {
	t.Parallel()
	args := endpointsAlone()
	args.AdditionalEndpoints = []string{"kms"}
	require.Equal(t, "com.amazonaws.eu-west-2.kms", recordDedicated(t, args).inputs(t, "net-endpoint-kms")["serviceName"])
}

func TestNetworkEndpoints(t *testing.T) {
	t.Parallel()
	r := recordDedicated(t, endpointsAlone())
	require.Equal(t, []string{
		"net", "net-endpoint-ecr-api", "net-endpoint-ecr-dkr", "net-endpoint-ecs", "net-endpoint-logs",
		"net-endpoint-s3", "net-endpoint-ssm", "net-endpoint-ssmmessages", "net-endpoints",
		"net-endpoints-ingress", "net-vpc",
	}, r.names())
	require.Equal(t, map[string]any{
		"vpcId": "net-vpc.vpcId", "serviceName": "com.amazonaws.eu-west-2.ecr.dkr", "vpcEndpointType": "Interface",
		"subnetIds": []any{"private-a", "private-b"}, "securityGroupIds": []any{"net-endpoints.id"},
		"privateDnsEnabled": true,
	}, r.inputs(t, "net-endpoint-ecr-dkr"))
	require.Equal(t, map[string]any{
		"vpcId": "net-vpc.vpcId", "description": "Endpoints of AWS services for Live Beats",
	}, r.inputs(t, "net-endpoints"))
	require.Equal(t, map[string]any{
		"securityGroupId": "net-endpoints.id", "ipProtocol": "tcp", "fromPort": 443.0, "toPort": 443.0,
		"cidrIpv4": "10.0.0.0/16", "description": "Tasks to AWS services",
	}, r.inputs(t, "net-endpoints-ingress"))
	s3 := r.inputs(t, "net-endpoint-s3")
	require.ElementsMatch(t, []any{"rtb-private-a", "rtb-private-b"}, s3["routeTableIds"])
	delete(s3, "routeTableIds")
	require.Equal(t, map[string]any{
		"vpcId": "net-vpc.vpcId", "serviceName": "com.amazonaws.eu-west-2.s3", "vpcEndpointType": "Gateway",
	}, s3)
}

func TestNetworkEndpointsOfPublicTasks(t *testing.T) {
	t.Parallel()
	r := recordDedicated(t, NetworkArgs{Endpoints: true, Account: &testAccount})
	require.Equal(t, []any{"private-a", "private-b"}, r.inputs(t, "net-endpoint-ssm")["subnetIds"],
		"endpoints stay where they are when tasks move")
	require.ElementsMatch(t, []any{"rtb-public-a", "rtb-public-b"}, r.inputs(t, "net-endpoint-s3")["routeTableIds"])
}

func TestNetworkFlowLogs(t *testing.T) {
	t.Parallel()
	r := recordDedicated(t, NetworkArgs{FlowLogs: true, Account: &testAccount})
	require.Equal(t, []string{
		"net", "net-flow-log", "net-flow-logs", "net-flow-logs-policy", "net-flow-logs-role", "net-vpc",
	}, r.names())
	require.Equal(t, map[string]any{"retentionInDays": 30.0}, r.inputs(t, "net-flow-logs"))
	require.Equal(t, map[string]any{
		"assumeRolePolicy": `{"Version":"2012-10-17","Statement":[{"Effect":"Allow",` +
			`"Principal":{"Service":["vpc-flow-logs.amazonaws.com"]},"Action":["sts:AssumeRole"],"Condition":{` +
			`"ArnLike":{"aws:SourceArn":["arn:aws:ec2:eu-west-2:123456789012:vpc-flow-log/*"]},` +
			`"StringEquals":{"aws:SourceAccount":["123456789012"]}}}]}`,
		"description": "Writes the flow logs of the Live Beats VPC.",
	}, r.inputs(t, "net-flow-logs-role"))
	require.Equal(t, map[string]any{
		"role": "net-flow-logs-role-0000000",
		"policy": `{"Version":"2012-10-17","Statement":[{"Sid":"FlowLogs","Effect":"Allow","Action":[` +
			`"logs:CreateLogStream","logs:DescribeLogGroups","logs:DescribeLogStreams","logs:PutLogEvents"],` +
			`"Resource":["arn:aws:logs:eu-west-2:123456789012:log-group:net-flow-logs-0000000:*"]}]}`,
	}, r.inputs(t, "net-flow-logs-policy"))
	require.Equal(t, map[string]any{
		"vpcId": "net-vpc.vpcId", "trafficType": "ALL", "logDestination": "net-flow-logs.arn",
		"iamRoleArn": "net-flow-logs-role.arn",
	}, r.inputs(t, "net-flow-log"))
	require.Contains(t, r.dependencies("net-flow-log"), "net-flow-logs-policy")
}
