package ec2_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/sandbox/sandboxtest"
)

func TestFlowLogRules(t *testing.T) {
	t.Parallel()
	a := network(t)
	build(t, a, []sandboxtest.Step{
		{Token: sandboxtest.LogGroup, Name: "logs", Inputs: props{"name": "flows"}},
		{Token: sandboxtest.Role, Name: "role", Inputs: props{"assumeRolePolicy": sandboxtest.Trust}},
	})
	in := props{"vpcId": "$net", "trafficType": "ALL", "logDestination": "$logs.arn", "iamRoleArn": "$role.arn"}
	require.NoError(t, a.Make(flowLogType, "first", with(in, props{"maxAggregationInterval": 60.0})))
	require.Contains(t, a.Got("first").State["logFormat"], "${log-status}")
	refuse := func(change props, want string) {
		require.EqualError(t, a.Make(flowLogType, "x", with(in, change)), a.Text(want), fmt.Sprint(change))
	}
	one := "vpcId: exactly one of [vpcId, subnetId] must be set, got "
	refuse(props{"vpcId": nil}, one+"[]")
	refuse(props{"subnetId": "$one"}, one+"[vpcId, subnetId]")
	refuse(props{"vpcId": "vpc-0"}, "InvalidVpcID.NotFound: The vpc ID 'vpc-0' does not exist")
	refuse(props{"trafficType": nil}, "trafficType: missing required property")
	refuse(props{"trafficType": "all"}, "trafficType: expected one of [ACCEPT, ALL, REJECT], got all")
	refuse(props{"maxAggregationInterval": 61.0}, "maxAggregationInterval: expected one of [60, 600], got 61")
	refuse(props{"logDestinationType": "x"}, "logDestinationType: expected one of [cloud-watch-logs, s3], got x")
	refuse(props{"iamRoleArn": nil}, "iamRoleArn: InvalidParameter: DeliverLogsPermissionArn can't be empty if LogDestinationType is cloud-watch-logs.")
	refuse(props{"logDestinationType": "s3"}, "iamRoleArn: InvalidParameter: DeliverLogsPermissionArn is not applicable for s3 delivery")
	refuse(props{"iamRoleArn": "arn:aws:iam::123456789012:role/x"},
		"NoSuchEntity: The role with name arn:aws:iam::123456789012:role/x cannot be found.")
	refuse(props{"subnetId": "subnet-0", "vpcId": nil}, "InvalidSubnetID.NotFound: The subnet ID 'subnet-0' does not exist")
	refuse(props{"logDestination": nil}, "logDestination: missing required property")
	refuse(props{"logDestination": "arn:aws:logs:::log-group:x"}, "LogDestinationNotFound: LogDestination: arn:aws:logs:::log-group:x does not exist")
	refuse(props{"logDestinationType": "s3", "iamRoleArn": nil, "logDestination": "arn:aws:s3:::b/f/"},
		"LogDestinationNotFound: LogDestination: arn:aws:s3:::b/f/ does not exist")
	refuse(props{"logDestinationType": "s3", "iamRoleArn": nil}, "LogDestinationNotFound: LogDestination: $logs.arn does not exist")
	refuse(props{"maxAggregationInterval": 60.0},
		"FlowLogAlreadyExists: Error. There is an existing Flow Log with the same configuration and log destination.")
}
