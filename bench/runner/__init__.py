"""Running a plan: stages, the store on disk, resume. The only room that writes below ``results/``."""
