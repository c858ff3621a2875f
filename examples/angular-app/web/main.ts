import { bootstrapApplication } from '@angular/platform-browser';
import { appConfig } from './app.config.js';
import { Dashboard } from './dashboard.js';

void bootstrapApplication(Dashboard, appConfig);
