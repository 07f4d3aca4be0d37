package identity

import (
	"maps"
	"strings"

	awsarn "github.com/aws/aws-sdk-go-v2/aws/arn"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/graph"
	"github.com/live-beats/live-beats-aws/internal/iampolicy"
)

// sessionLacks are the condition keys that no request of a role has that a service assumed.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
var sessionLacks = []string{
	"aws:MultiFactorAuthPresent", "aws:MultiFactorAuthAge", "aws:username", "aws:FederatedProvider", "aws:SourceAccount",
	"aws:SourceArn", "aws:SourceOrgID", "aws:PrincipalServiceName", "aws:RequestTag/", "aws:TagKeys",
}

// asked is a request of a role, with the condition keys that AWS always supplies and those of the tags of both sides.
// Of other keys nothing is known.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
func asked(
	g *graph.Graph, role *graph.Resource, action, resource string, context map[string]string,
) iampolicy.Request {
	request := iampolicy.Request{
		Action: action, Resource: resource, Partial: true, Absent: sessionLacks[:len(sessionLacks):len(sessionLacks)],
		Context: map[string]string{"aws:SecureTransport": "true"},
	}
	supply := func(key, value string) {
		if value != "" {
			request.Context[key] = value
		}
	}
	supply("aws:ResourceAccount", awsmodel.AccountOf(resource))
	supply("aws:RequestedRegion", awsmodel.RegionOf(resource))
	if role != nil {
		arn := role.Text("arn")
		request.Principal = arn
		if awsarn.IsARN(arn) { // At the preview of a new role it is not.
			supply("aws:PrincipalArn", arn)
		}
		supply("aws:PrincipalAccount", awsmodel.AccountOf(arn))
		supply("aws:PrincipalType", "AssumedRole")
		supply("aws:PrincipalIsAWSService", "false")
		supply("aws:ViaAWSService", "false")
		tags(&request, "aws:PrincipalTag/", role)
	}
	service, _, _ := strings.Cut(action, ":")
	if tagged := resourceOf(g, service, resource); tagged != nil {
		tags(&request, "aws:ResourceTag/", tagged)
		tags(&request, service+":ResourceTag/", tagged)
	}
	maps.Copy(request.Context, context)
	return request
}

// tags adds the tags of a resource, whose others are known to be absent, as far as a plan or a state tells its tags.
func tags(request *iampolicy.Request, prefix string, resource *graph.Resource) {
	all, known := resource.Props["tagsAll"].(map[string]any)
	if !known {
		if all, known = resource.Props["tags"].(map[string]any); !known {
			return
		}
	}
	for name, value := range all {
		text, isText := value.(string)
		if !isText {
			return
		}
		request.Context[prefix+name] = text
	}
	request.Absent = append(request.Absent, prefix)
}

// resourceTypes are the types of the resources that a task's start asks for, by service.
var resourceTypes = map[string]string{
	"ssm": graph.Parameter, "kms": graph.Key, "logs": graph.LogGroup, "ecr": graph.Repository,
}

// resourceOf finds the resource that an ARN names, or answers nil.
func resourceOf(g *graph.Graph, service, arn string) *graph.Resource {
	typ, ok := resourceTypes[service]
	if !ok {
		return nil
	}
	region := awsmodel.RegionOf(arn)
	if found := g.Get(typ, region, arn); found != nil || typ != graph.Parameter {
		return found
	}
	_, name, _ := strings.Cut(arn, ":parameter")
	if found := g.Get(typ, region, name); found != nil {
		return found
	}
	return g.Get(typ, region, strings.TrimPrefix(name, "/"))
}
