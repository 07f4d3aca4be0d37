package stack

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// kept is what protect does to the types that hold what nobody can make again, beside AWS's own deletion protection.
// Protect refuses, already at preview, to delete or to replace; what is retained goes out of the stack and stays in the
// account. Database and Uploads keep theirs themselves.
var kept = map[string]pulumi.ResourceOption{
	"aws:cloudwatch/logGroup:LogGroup": pulumi.RetainOnDelete(true),
	"aws:ecr/repository:Repository":    pulumi.Protect(true),
	"aws:lb/loadBalancer:LoadBalancer": pulumi.Protect(true), // Its name is in DNS records and in the OAuth app.
	"aws:s3/bucketV2:BucketV2":         pulumi.Protect(true),
	"aws:ssm/parameter:Parameter":      pulumi.Protect(true), // Secrets that only people know.
}

// protect applies kept to everything that is declared from now on, if the config says so.
func (s *Stack) protect() error {
	if !s.Config.Protect {
		return nil
	}
	return s.ctx.RegisterStackTransformation(
		func(args *pulumi.ResourceTransformationArgs) *pulumi.ResourceTransformationResult {
			option, ok := kept[args.Type]
			if !ok {
				return nil
			}
			return &pulumi.ResourceTransformationResult{Props: args.Props, Opts: append(args.Opts, option)}
		})
}
