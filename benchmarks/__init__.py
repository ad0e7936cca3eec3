"""What the platform's messaging costs, beside the same work done raw on the same machine in the same run."""
