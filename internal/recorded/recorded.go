// Package recorded names what components record in a stack's state for the policy pack to read, which no program uses.
package recorded

import "regexp"

// Outputs of components.
const (
	// Documents are, by child and property, documents with placeholders for what only AWS can tell.
	Documents = "documents"
	// SubnetTypes are of which of awsx's types a network's subnets are, by the purpose that they are handed out for.
	SubnetTypes = "subnetTypes"
	// Existing are resources that a program has looked up, because they are not the stack's own.
	Existing = "existing"
	// Account is where the stack's resources live.
	Account = "account"
)

// Purposes of a network's subnets.
const (
	ForLoadBalancer = "loadBalancer"
	ForTasks        = "tasks"
	ForDatabase     = "database"
)

// Placeholder stands in a document for a resource that does not exist yet, by its URN; "" for one that nobody knows. It
// has the form of an ARN, so that whatever checks the document takes it for one.
func Placeholder(urn string) string { return "arn:aws:pulumi:::${" + urn + "}" }

// Placeholders finds placeholders in a document, as the first group the URN. Hosts are lower case, so case is ignored.
var Placeholders = regexp.MustCompile(`(?i)arn:aws:pulumi:::\$\{([^}]*)\}`)
