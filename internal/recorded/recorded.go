// Package recorded names the component outputs that only the policy pack reads. Programs do not use them.
package recorded

import "regexp"

// Names of component outputs.
const (
	// Documents maps a child and a property to the document that this property will have. The document has a Placeholder
	// for each value that is unknown before AWS has created a resource.
	Documents = "documents"
	// SubnetTypes maps a purpose, such as ForTasks, to awsx's type of the subnets that a network provides for it.
	SubnetTypes = "subnetTypes"
	// Existing lists resources that the stack uses but does not own, as a program has looked them up.
	Existing = "existing"
	// Account is the account and region of the stack's resources.
	Account = "account"
)

// Purposes of a network's subnets.
const (
	ForLoadBalancer = "loadBalancer"
	ForTasks        = "tasks"
	ForDatabase     = "database"
)

// Placeholder returns the text that stands in a document for a value of a resource that does not exist yet. urn is the
// resource's URN, or "" if the resource is unknown. The text has the form of an ARN, so that checks of the document
// accept it as an ARN.
func Placeholder(urn string) string { return "arn:aws:pulumi:::${" + urn + "}" }

// Placeholders matches the placeholders in a document. The first group is the URN. It ignores case, because a document
// may contain a placeholder in lower case, as a host name.
var Placeholders = regexp.MustCompile(`(?i)arn:aws:pulumi:::\$\{([^}]*)\}`)
