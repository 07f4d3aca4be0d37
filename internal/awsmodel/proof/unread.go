package proof

import (
	"slices"
	"strings"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
)

// Modules of Pulumi's AWS provider whose resources may decide a check, by what the check is about.
var (
	networkModules = []string{"ecs", "ec2", "vpc", "ec2transitgateway", "networkfirewall", "directconnect", "vpclattice"}
	policyModules  = []string{"ecs", "iam", "organizations"}
)

// modules are those of each check. A resource of one of them that the model does not read leaves the check undecided,
// whether it would allow something or forbid it.
var modules = map[string][]string{
	"roles":       policyModules,
	"registry":    slices.Concat(networkModules, policyModules, []string{"ecr"}),
	"secrets":     slices.Concat(networkModules, policyModules, []string{"ssm", "kms", "secretsmanager"}),
	"image":       slices.Concat(networkModules, policyModules, []string{"ecr"}),
	"volumes":     slices.Concat(networkModules, policyModules, []string{"efs"}),
	"logs":        slices.Concat(networkModules, policyModules, []string{"cloudwatch", "kms"}),
	"database":    append(slices.Clone(networkModules), "rds"),
	"targets":     append(slices.Clone(networkModules), "lb"),
	"health":      {"lb"},
	"internet":    append(slices.Clone(networkModules), "lb"),
	"exposure":    slices.Concat(networkModules, policyModules, []string{"rds", "efs"}),
	"discovery":   slices.Concat(networkModules, policyModules),
	"cluster":     networkModules,
	"exec":        slices.Concat(networkModules, policyModules, []string{"kms"}),
	"sign-in":     networkModules,
	"connections": {"rds", "appautoscaling", "ecs"},
	"host":        {"lb", "ecs"},
	"flow-logs":   append(slices.Clone(policyModules), "cloudwatch"),
	"timeouts":    {"lb", "ecs"},
	"uploads":     {"efs", "ecs"},
	"order":       {"ecs"},
}

// harmless are types of those modules that are not read, and decide nothing that is asked: they neither let anything
// through nor keep it from the tasks.
var harmless = strings.Fields(`
	aws:ec2/ami:Ami aws:ec2/defaultVpcDhcpOptions:DefaultVpcDhcpOptions aws:ec2/eip:Eip
	aws:ec2/eipAssociation:EipAssociation aws:ec2/instance:Instance aws:ec2/keyPair:KeyPair
	aws:ec2/launchTemplate:LaunchTemplate aws:ec2/placementGroup:PlacementGroup aws:ec2/tag:Tag
	aws:ec2/volumeAttachment:VolumeAttachment
	aws:iam/accessKey:AccessKey aws:iam/accountAlias:AccountAlias aws:iam/group:Group
	aws:iam/groupMembership:GroupMembership aws:iam/groupPolicy:GroupPolicy
	aws:iam/groupPolicyAttachment:GroupPolicyAttachment aws:iam/instanceProfile:InstanceProfile
	aws:iam/openIdConnectProvider:OpenIdConnectProvider aws:iam/samlProvider:SamlProvider
	aws:iam/serviceLinkedRole:ServiceLinkedRole aws:iam/user:User aws:iam/userGroupMembership:UserGroupMembership
	aws:iam/userLoginProfile:UserLoginProfile aws:iam/userPolicy:UserPolicy
	aws:iam/userPolicyAttachment:UserPolicyAttachment
	aws:cloudwatch/compositeAlarm:CompositeAlarm aws:cloudwatch/eventRule:EventRule aws:cloudwatch/eventTarget:EventTarget
	aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration aws:ecs/accountSettingDefault:AccountSettingDefault
	aws:ecs/capacityProvider:CapacityProvider
	aws:ecs/tag:Tag aws:rds/eventSubscription:EventSubscription aws:rds/optionGroup:OptionGroup aws:rds/snapshot:Snapshot`)

// unreadDoubt leaves a check undecided where a resource that is not read may decide it.
func (s Stack) unreadDoubt(id string, answer awsmodel.Answer) awsmodel.Answer {
	if answer.Verdict == "" || answer.Verdict == awsmodel.Undecided || len(answer.Hops) == 0 {
		return answer
	}
	for _, resource := range s.Unread {
		module, _, _ := strings.Cut(strings.TrimPrefix(resource.Type, "aws:"), "/")
		if !slices.Contains(modules[id], module) || slices.Contains(harmless, resource.Type) {
			continue
		}
		answer.Symptom = ""
		what := resource.Type + " " + resource.Name
		if resource.Lacks != "" {
			return answer.Doubt(what, resource.Lacks+" is missing in this state, and may decide this")
		}
		return answer.Doubt(what, "is of a type that is not read, and may decide this")
	}
	return answer
}
