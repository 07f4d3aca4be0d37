package controls

import "github.com/live-beats/live-beats-aws/internal/awsmodel/graph"

// The controls on IAM's own policies look at those that an account manages; what is in a role itself, as here, KMS.2
// judges, and least privilege.
var iamControls = []Control{
	{
		ID: "IAM.1", Severity: High, Title: "No policy allows everything", types: []string{graph.Policy},
		check: documents(administrator), Fix: "name the actions and resources, as IamRoles does",
	},
	{
		ID: "IAM.21", Severity: Low, Title: "No policy allows every action of a service", types: []string{graph.Policy},
		check: documents(whole), Fix: "name the actions, as IamRoles does",
	},
	{
		ID: "KMS.1", Severity: Medium, Title: "No policy lets decrypt with every key", types: []string{graph.Policy},
		check: documents(everyKey), Fix: "name the keys, as IamRoles does",
	},
	{
		ID: "KMS.2", Severity: Medium, Title: "No role may decrypt with every key",
		types: []string{graph.Role, graph.RolePolicy},
		check: inline(everyKey), Fix: "name the keys, as IamRoles does",
	},
	{
		ID: "KMS.3", Severity: Critical, Title: "No key is about to be deleted",
		beyond: "a plan does not say whether somebody has scheduled a key's deletion",
	},
	{
		ID: "KMS.4", Severity: Medium, Title: "Keys are renewed every year", types: []string{graph.Key},
		check: only(is("customerMasterKeySpec", "SYMMETRIC_DEFAULT", "SYMMETRIC_DEFAULT"),
			"AWS renews symmetric keys alone", is("enableKeyRotation", "false", "true")),
		Fix: "set enableKeyRotation",
	},
	{
		ID: "KMS.5", Severity: Critical, Title: "Keys are not for everybody", types: []string{graph.Key},
		check: documents(public), Fix: "name the principals in the key's policy",
	},
}
