package provider_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/sandboxtest"
)

func TestDeletingInTheWrongOrder(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ step, want string }{
		"group that a rule of another group names": {"front", "DependencyViolation: resource $front has a dependent object"},
		"group of a service":                       {"back", "DependencyViolation: resource $back has a dependent object"},
		"target group of a listener": {
			"targets", "ResourceInUse: Target group '$targets' is currently in use by a listener or a rule",
		},
		"cluster with a service": {
			"cluster", "ClusterContainsServicesException: The Cluster cannot be deleted while Services are active.",
		},
		"role with a policy": {"role", "DeleteConflict: Cannot delete entity, must delete policies first."},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := sandboxtest.Deployed(t, nil)
			require.EqualError(t, a.Remove(test.step), a.Text(test.want))
			_, state, err := a.Refresh(test.step)
			require.NoError(t, err)
			require.NotNil(t, state, "it still exists")
		})
	}
}

func TestProtectedLoadBalancerStays(t *testing.T) {
	t.Parallel()
	a := sandboxtest.Deployed(t, sandboxtest.Set("balancer", "enableDeletionProtection", true))
	require.EqualError(t, a.Remove("balancer"), a.Text("OperationNotPermitted: Load balancer '$balancer' "+
		"cannot be deleted because deletion protection is enabled"))
	require.NoError(t, a.Change("balancer", provider.Props{"enableDeletionProtection": false}))
	require.NoError(t, a.Remove("balancer"))
	_, state, err := a.Refresh("http")
	require.NoError(t, err)
	require.Nil(t, state, "its listeners are deleted with it")
}

func TestRulesGoWithTheirGroup(t *testing.T) {
	t.Parallel()
	a := sandboxtest.New(t)
	require.NoError(t, a.Make(sandboxtest.SecurityGroup, "group", nil))
	require.NoError(t, a.Make(sandboxtest.IngressRule, "self", provider.Props{
		"securityGroupId": "$group", "referencedSecurityGroupId": "$group", "ipProtocol": "-1",
	}))
	require.NoError(t, a.Remove("group"), "its own rules do not block its deletion")
	require.True(t, a.Sandbox.Empty())
}

func TestTwinsAreRefused(t *testing.T) {
	t.Parallel()
	with := sandboxtest.With
	tests := map[string]struct {
		token  string
		inputs provider.Props
		want   string
	}{
		"group": {
			sandboxtest.SecurityGroup,
			provider.Props{"name": "back", "vpcId": "$vpc"},
			"InvalidGroup.Duplicate: The security group 'back' already exists for VPC '$vpc'",
		},
		"group in the default VPC": {
			sandboxtest.SecurityGroup,
			provider.Props{"name": "back"},
			"InvalidGroup.Duplicate: The security group 'back' already exists for VPC '$vpc'",
		},
		"rule": {sandboxtest.IngressRule, with("web", nil), "InvalidPermission.Duplicate: " +
			`the specified rule "peer: 0.0.0.0/0, TCP, from port: 80, to port: 80, ALLOW" already exists`},
		"parameter": {sandboxtest.Parameter, with("secret", nil), "ParameterAlreadyExists: The parameter already " +
			"exists. To overwrite this value, set the overwrite option in the request to true."},
		"log group": {
			sandboxtest.LogGroup, with("logs", nil),
			"ResourceAlreadyExistsException: The specified log group already exists",
		},
		"role": {sandboxtest.Role, with("role", nil), "EntityAlreadyExists: Role with name live-beats already exists."},
		"policy": {
			sandboxtest.RolePolicy, with("policy", nil),
			"EntityAlreadyExists: Role policy tasks already exists on role live-beats.",
		},
		"cluster": {
			sandboxtest.Cluster, with("cluster", nil),
			"ClientException: a cluster named 'live-beats' exists already; CreateCluster would silently adopt it",
		},
		"capacity": {sandboxtest.Capacity, with("capacity", nil), "UpdateInProgressException: " +
			"cluster 'live-beats' has its capacity providers set by another resource"},
		"load balancer": {sandboxtest.LoadBalancer, with("balancer", nil), "DuplicateLoadBalancerName: " +
			"A load balancer with the same name 'live-beats' exists, but with different settings"},
		"target group": {sandboxtest.TargetGroup, with("targets", nil), "DuplicateTargetGroupName: " +
			"A target group with the same name 'live-beats' exists, but with different settings"},
		"listener": {sandboxtest.Listener, with("http", nil), "DuplicateListener: " +
			"A listener already exists on this port for this load balancer '$balancer'"},
		"service": {
			sandboxtest.Service, with("service", nil),
			"InvalidParameterException: Creation of service was not idempotent.",
		},
		"service by the cluster's name": {
			sandboxtest.Service, with("service", provider.Props{"cluster": "live-beats"}),
			"InvalidParameterException: Creation of service was not idempotent.",
		},
	}
	a := sandboxtest.Deployed(t, nil)
	for name, test := range tests { //nolint:paralleltest // They share an account.
		t.Run(name, func(t *testing.T) {
			require.EqualError(t, a.Make(test.token, "twin", test.inputs), a.Text(test.want))
			require.Nil(t, a.Got("twin"))
		})
	}
}

func TestReferencesMustExist(t *testing.T) {
	t.Parallel()
	set, missing, missingARN := sandboxtest.Set, "missing", "arn:aws:elasticloadbalancing:::missing"
	network := func(property string) provider.Props {
		p := provider.Props{"subnets": []any{"$subnet-a"}, "securityGroups": []any{"$back"}}
		p[property] = []any{missing}
		return p
	}
	sandboxtest.Run(t, map[string]sandboxtest.Case{
		"VPC":    {set("back", "vpcId", missing), "back: InvalidVpcID.NotFound: The vpc ID 'missing' does not exist"},
		"subnet": {set("balancer", "subnets", []any{missing}), "balancer: InvalidSubnetID.NotFound: The subnet ID 'missing' does not exist"},
		"group of a rule": {
			set("web", "securityGroupId", missing),
			"web: InvalidGroup.NotFound: The security group 'missing' does not exist",
		},
		"peer of a rule": {
			set("app", "referencedSecurityGroupId", missing),
			"app: InvalidGroup.NotFound: The security group 'missing' does not exist",
		},
		"role": {set("policy", "role", missing), "policy: NoSuchEntity: The role with name missing cannot be found."},
		"cluster of capacity": {
			set("capacity", "clusterName", missing), "capacity: ClusterNotFoundException: Cluster not found.",
		},
		"load balancer": {set("http", "loadBalancerArn", missingARN), "http: LoadBalancerNotFound: Load balancer '" + missingARN + "' not found"},
		"target group": {
			set("http", "defaultActions", []any{provider.Props{"type": "forward", "targetGroupArn": missingARN}}),
			"http: TargetGroupNotFound: Target group '" + missingARN + "' not found",
		},
		"cluster": {set("service", "cluster", missing), "service: ClusterNotFoundException: Cluster not found."},
		"task definition": {
			set("service", "taskDefinition", missing),
			"service: ClientException: Unable to describe task definition.",
		},
		"subnet of a service": {
			set("service", "networkConfiguration", network("subnets")),
			"service: InvalidParameterException: Error retrieving subnet information for [missing]: " +
				"The subnet ID 'missing' does not exist (ErrorCode: InvalidSubnetID.NotFound)",
		},
		"group of a service": {
			set("service", "networkConfiguration", network("securityGroups")),
			"service: InvalidParameterException: Error retrieving security group information for [missing]: " +
				"The security group 'missing' does not exist (ErrorCode: InvalidGroup.NotFound)",
		},
	})
}

func TestAnUpdateLooksAtWhatItChanges(t *testing.T) {
	t.Parallel()
	a := sandboxtest.Deployed(t, nil)
	require.NoError(t, a.Change("balancer", provider.Props{"idleTimeout": 120.0}))
	require.Equal(t, 120.0, a.Got("balancer").State["idleTimeout"])
	require.EqualError(t, a.Change("balancer", provider.Props{"securityGroups": []any{"missing"}}),
		"InvalidGroup.NotFound: The security group 'missing' does not exist")
	require.NoError(t, a.Make(sandboxtest.Listener, "other", sandboxtest.With("http", provider.Props{"port": 81.0})))
	require.EqualError(t, a.Change("other", provider.Props{"port": 80.0}), a.Text("DuplicateListener: "+
		"A listener already exists on this port for this load balancer '$balancer'"))
}

func TestAnUpdateNeedsWhatItKeepsReferringTo(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		gone, step string
		change     provider.Props
		want       string
	}{
		"task definition": {
			"task", "service",
			provider.Props{"desiredCount": 1.0},
			"ClientException: Unable to describe task definition.",
		},
		"target group": {
			"targets", "service",
			provider.Props{"desiredCount": 1.0},
			"TargetGroupNotFound: Target group '$targets' not found",
		},
		"load balancer": {
			"balancer", "http",
			provider.Props{"port": 81.0},
			"LoadBalancerNotFound: Load balancer '$balancer' not found",
		},
		"peer": {
			"front", "app",
			provider.Props{"description": "x"},
			"InvalidGroup.NotFound: The security group '$front' does not exist",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := sandboxtest.Deployed(t, nil)
			for _, o := range a.World.List(a.Got(test.gone).Token, a.Region) {
				if id := a.Got(test.gone).State["arn"]; o.ID == a.Got(test.gone).ID || o.ID == id {
					a.World.Delete(o)
				}
			}
			require.EqualError(t, a.Change(test.step, test.change), a.Text(test.want))
		})
	}
}
